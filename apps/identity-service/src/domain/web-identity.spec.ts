import { ACCOUNT, NOW } from './in-memory-change.testing';
import { arnOfProvider, type OidcProvider } from './oidc-provider';
import { issuerOf, type TokenClaims, webIdentityOf } from './web-identity';

const issuer = 'https://ID.example.org/realms/staff';
const provider: OidcProvider = {
  arn: arnOfProvider(ACCOUNT, issuer),
  accountId: ACCOUNT,
  issuer,
  clientIds: ['one', 'other'],
  thumbprints: [],
  createDate: NOW,
};
const TAGS = 'https://aws.amazon.com/tags';
const identityOf = (claims: TokenClaims) => webIdentityOf({ sub: 'job', aud: 'one', ...claims }, provider);
const refusalOf = (claims: TokenClaims) => {
  try {
    return identityOf(claims);
  } catch (error) {
    return error;
  }
};

describe('the claims of a token', () => {
  it('become condition keys under the name of the issuer', () => {
    expect(identityOf({ amr: ['mfa', 'pwd'], email: 'ada@example.org' })).toEqual({
      provider,
      subject: 'job',
      audience: 'one',
      context: {
        'id.example.org/realms/staff:sub': 'job',
        'id.example.org/realms/staff:aud': ['one'],
        'id.example.org/realms/staff:oaud': ['one'],
        'id.example.org/realms/staff:amr': ['mfa', 'pwd'],
        'id.example.org/realms/staff:email': 'ada@example.org',
      },
      tags: [],
      transitiveTagKeys: [],
    });
  });

  it.each<[TokenClaims, string | undefined]>([
    [{ aud: ['stranger', 'other'] }, 'other'],
    [{ aud: ['stranger'] }, undefined],
    // Whoever asked for the token decides, not for whom else it is.
    [{ aud: ['one'], azp: 'stranger' }, undefined],
    [{ aud: ['stranger'], azp: 'other' }, 'other'],
  ])('%j are for the client %s', (claims, audience) => {
    if (audience === undefined) {
      expect(refusalOf(claims)).toMatchObject({ reason: 'InvalidIdentityToken', message: 'Incorrect token audience' });
    } else {
      expect(identityOf(claims).audience).toBe(audience);
    }
  });

  it('give tags to the session', () => {
    const claim = { principal_tags: { team: ['blue'], level: '3' }, transitive_tag_keys: ['team'] };
    expect(identityOf({ [TAGS]: claim })).toMatchObject({
      tags: [
        { key: 'team', value: 'blue' },
        { key: 'level', value: '3' },
      ],
      transitiveTagKeys: ['team'],
    });
  });

  it.each<[TokenClaims, string]>([
    [{ sub: undefined }, 'The claim sub of the token must have 1 to 255 characters.'],
    [{ sub: '' }, 'The claim sub of the token must have 1 to 255 characters.'],
    [{ sub: 'x'.repeat(256) }, 'The claim sub of the token must have 1 to 255 characters.'],
    [{ aud: [] }, 'The claim aud of the token must not be empty.'],
    [{ aud: ['one', 7] }, 'The claim aud of the token must have 1 to 255 characters.'],
    [{ azp: 7 }, 'The claim azp of the token must have 1 to 255 characters.'],
    [{ amr: [7] }, 'The claim amr of the token must have 1 to 255 characters.'],
    [
      { 'https://aws.amazon.com/source_identity': 'x' },
      'The claim https://aws.amazon.com/source_identity of the token is not supported.',
    ],
    [{ [TAGS]: null }, `The claim ${TAGS} of the token must be an object.`],
    [{ [TAGS]: { principal_tags: [] } }, `The claim ${TAGS} of the token must be an object.`],
    [{ [TAGS]: { principal_tags: { a: ['1', '2'] } } }, `The claim ${TAGS} of the token must have one text for each tag.`],
    [{ [TAGS]: { transitive_tag_keys: [7] } }, `The claim ${TAGS} of the token must have 1 to 255 characters.`],
  ])('%j are refused', (claims, message) => {
    expect(refusalOf(claims)).toMatchObject({ reason: 'InvalidIdentityToken', message });
  });
});

describe('the issuer that a token claims', () => {
  const tokenOf = (payload: string) => `${'h'.repeat(40)}.${Buffer.from(payload).toString('base64url')}.s`;

  it('is read before anything is verified', () => expect(issuerOf(tokenOf(JSON.stringify({ iss: issuer })))).toBe(issuer));

  it.each(['', 'h.p.s', tokenOf('not JSON'), tokenOf('null'), tokenOf('{}'), tokenOf('{"iss":""}'), tokenOf('{"iss":7}')])(
    'is none in %j',
    (token) => expect(() => issuerOf(token)).toThrow('not a valid JWT'),
  );
});
