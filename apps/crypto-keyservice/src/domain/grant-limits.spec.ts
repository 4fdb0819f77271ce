import { allowing, limitsOf, type GrantedUse } from './grant-limits';
import type { GrantConstraints } from './grant';
import type { KeyOperationName } from './key-operations';

const NONE: GrantConstraints = { encryptionContextSubset: {}, encryptionContextEquals: {}, sourceArn: undefined };
const limits = (operations: KeyOperationName[], constraints: Partial<GrantConstraints> = {}) =>
  limitsOf({ operations, constraints: { ...NONE, ...constraints } });
const allows = (grant: ReturnType<typeof limits>, operation: KeyOperationName, use: GrantedUse = {}) =>
  allowing([grant], operation, use).length > 0;

it('allows the operations of the grant, and no others', () => {
  const grant = limits(['Decrypt', 'DescribeKey']);
  expect(allows(grant, 'Decrypt')).toBe(true);
  expect(allows(grant, 'DescribeKey')).toBe(true);
  expect(allows(grant, 'Encrypt')).toBe(false);
});

describe('a constraint on the encryption context', () => {
  const constraint = { App: 'billing', Stage: 'prod' };
  const subset = limits(['Decrypt', 'DescribeKey'], { encryptionContextSubset: constraint });
  const equals = limits(['Decrypt', 'DescribeKey'], { encryptionContextEquals: constraint });

  it.each([
    [{ App: 'billing', Stage: 'prod' }, true, true],
    [{ Stage: 'prod', App: 'billing' }, true, true],
    [{ App: 'billing', Stage: 'prod', More: 'x' }, true, false],
    [{ App: 'billing' }, false, false],
    [{}, false, false],
    [{ App: 'billing', Stage: 'Prod' }, false, false],
    [{ app: 'billing', Stage: 'prod' }, false, false],
    // The same characters, cut elsewhere.
    [{ 'App billing': '', Stage: 'prod' }, false, false],
  ])('compares %j: subset %j, equals %j', (encryptionContext: Record<string, string>, isSubset, isEqual) => {
    expect(allows(subset, 'Decrypt', { encryptionContext })).toBe(isSubset);
    expect(allows(equals, 'Decrypt', { encryptionContext })).toBe(isEqual);
  });

  it('is not for operations that have none', () => {
    expect(allows(subset, 'DescribeKey')).toBe(true);
    expect(allows(subset, 'Decrypt')).toBe(false);
  });
});

it('allows a use for the resource that the grant names, and for no other', () => {
  const sourceArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app-AbCdEf';
  const grant = limits(['Decrypt', 'DescribeKey'], { sourceArn });
  expect(allows(grant, 'Decrypt', { sourceArn })).toBe(true);
  expect(allows(grant, 'Decrypt', { sourceArn: `${sourceArn}x` })).toBe(false);
  expect(allows(grant, 'DescribeKey')).toBe(false);
});

it('picks those that allow from many', () => {
  const grants = [
    limits(['Decrypt'], { encryptionContextEquals: { App: 'other' } }),
    limits(['Decrypt'], { encryptionContextSubset: { App: 'billing' } }),
    limits(['Encrypt']),
  ];
  expect(allowing(grants, 'Decrypt', { encryptionContext: { App: 'billing', Stage: 'prod' } })).toEqual([grants[1]]);
});

describe('a grant that allows grants', () => {
  const operations: KeyOperationName[] = ['CreateGrant', 'Decrypt', 'GenerateDataKey'];
  const sourceArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app-AbCdEf';
  const App = { App: 'billing' };
  const AppAndStage = { ...App, Stage: 'prod' };
  const passesOn = (parent: Partial<GrantConstraints>, child: Partial<GrantConstraints>, granted = operations) =>
    allows(limits(operations, parent), 'CreateGrant', { newGrant: limits(granted, child), ...parent });

  it('passes on its operations or fewer', () => {
    expect(passesOn({}, {})).toBe(true);
    expect(passesOn({}, {}, ['Decrypt'])).toBe(true);
    expect(passesOn({}, {}, ['Decrypt', 'Encrypt'])).toBe(false);
    expect(allows(limits(['Decrypt']), 'CreateGrant', { newGrant: limits(['Decrypt']) })).toBe(false);
    expect(allows(limits(operations), 'CreateGrant')).toBe(false);
  });

  it.each<[string, Partial<GrantConstraints>, Partial<GrantConstraints>, boolean]>([
    ['no constraint', {}, { encryptionContextSubset: App }, true],
    ['a subset, the same', { encryptionContextSubset: App }, { encryptionContextSubset: App }, true],
    ['a subset, more pairs', { encryptionContextSubset: App }, { encryptionContextSubset: AppAndStage }, true],
    ['a subset, exactly', { encryptionContextSubset: App }, { encryptionContextEquals: AppAndStage }, true],
    ['a subset, fewer pairs', { encryptionContextSubset: AppAndStage }, { encryptionContextSubset: App }, false],
    ['a subset, other pairs', { encryptionContextSubset: App }, { encryptionContextEquals: { App: 'other' } }, false],
    ['a subset, none', { encryptionContextSubset: App }, {}, false],
    ['an exact one, the same', { encryptionContextEquals: App }, { encryptionContextEquals: App }, true],
    ['an exact one, as a subset', { encryptionContextEquals: App }, { encryptionContextSubset: App }, false],
    ['an exact one, more pairs', { encryptionContextEquals: App }, { encryptionContextEquals: AppAndStage }, false],
    ['a resource, the same', { sourceArn }, { sourceArn }, true],
    ['a resource, another', { sourceArn }, { sourceArn: `${sourceArn}x` }, false],
    ['a resource, none', { sourceArn }, {}, false],
    ['no resource', {}, { sourceArn }, true],
  ])('passes on %s', (_, parent, child, passed) => {
    expect(passesOn(parent, child)).toBe(passed);
  });
});
