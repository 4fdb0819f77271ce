import { requestTags } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { secretArn } from '@strongroom/arn';
import type { CreateSecretRequest, CreateSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { randomString } from '@strongroom/random';
import { requireDescription, requireKmsKeyId, requireName, requireTags } from '../domain/request-rules';
import type { Secret } from '../domain/secret';
import type { Dependencies } from './dependencies';
import { type Call, type RequestContext, SECRET_TYPE } from './secret-access';
import { readToken, readValue } from './secret-message';
import { writeScope } from './write-scope';

export const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const createSecret = (d: Dependencies) =>
  unary<CreateSecretRequest, CreateSecretResponse, Call['caller']>(async (request, call) => {
    const name = requireName(request.name);
    const description = requireDescription(request.description ?? '');
    const kmsKeyId = request.kmsKeyId ? requireKmsKeyId(request.kmsKeyId) : undefined;
    const tags = requireTags(request.tags);
    const value = readValue(request.value);
    const token = readToken(request.clientRequestToken, d.random);
    const { accountId } = call.caller;
    const suffix = randomString(d.random, SUFFIX_ALPHABET, 6);
    const arn = secretArn({ region: d.region, account: accountId, name, suffix });

    const audit = auditOf(call);
    audit.parameter('name', name);
    audit.parameter('kmsKeyId', kmsKeyId);
    audit.parameter('clientRequestToken', request.clientRequestToken);
    audit.parameter('tagKeys', tags.size > 0 ? [...tags.keys()].join(',') : undefined);

    const ofTags: RequestContext = { 'secretsmanager:secretprimaryregion': d.region, ...requestTags(tags) };
    const context: RequestContext = {
      'secretsmanager:name': name,
      'secretsmanager:description': request.description,
      'secretsmanager:kmskeyid': kmsKeyId,
      'secretsmanager:kmskeyarn': kmsKeyId,
      ...ofTags,
    };
    const check = { resource: arn, resourceAccountId: accountId, resourceLabel: name };
    d.authorizer.require(call, { ...check, action: 'secretsmanager:CreateSecret', context });
    if (tags.size > 0) {
      d.authorizer.require(call, { ...check, action: 'secretsmanager:TagResource', context: ofTags });
      d.access.requireKept(call, untagged(arn, name, accountId, d), tags, context);
    }

    const created = await d.writer.create(
      { accountId, region: d.region, name, suffix, arn, description, tags, token, kmsKeyId, value },
      {
        ...writeScope(call, accountId),
        beforeCommit: () => {
          audit.resource(arn, SECRET_TYPE, value && token);
          audit.response('versionId', value && token);
          return audit.commit();
        },
      },
    );
    audit.resource(created.arn, SECRET_TYPE, created.versionId);
    return { ...created, name };
  });

/** The secret as it would be without its tags. */
const untagged = (arn: string, name: string, accountId: string, { clock, region }: Dependencies): Secret => ({
  id: 0,
  arn,
  accountId,
  region,
  name,
  description: '',
  createdAt: clock.now(),
  lastChangedAt: clock.now(),
  creationToken: '',
  tags: new Map(),
  labels: new Map(),
});
