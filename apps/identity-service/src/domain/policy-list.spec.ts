import { compilePolicy } from '@strongroom/policy';
import { BUILT_IN_POLICIES } from './built-in-policies';
import type { ManagedPolicy } from './managed-policy';
import { builtInsAmong, nameInList, placeInList } from './policy-list';

const own = (name: string): ManagedPolicy => ({ ...BUILT_IN_POLICIES[0]!, accountId: '000000000000', name });
const all = ['aa', 'AdministratorAccess', 'iamfullaccess', 'IAMFullAccess', 'Zeta']
  .map(own)
  .filter((policy) => policy.name !== 'iamfullaccess');

/** The list as an account sees it, page by page. */
function walk(size: number): string[] {
  const seen: string[] = [];
  let after: string | undefined;
  for (;;) {
    const place = placeInList(after);
    const begin = all.filter(({ name }) => {
      const [one, mark] = [name.toUpperCase(), place.after?.toUpperCase()];
      return mark === undefined || one > mark || (place.inclusive && one === mark);
    });
    const page = builtInsAmong(
      { items: begin.slice(0, size), truncated: begin.length > size },
      { ...place, prefix: '/', size, onlyLocal: false },
    );
    expect(page.items.length).toBeLessThanOrEqual(size);
    seen.push(...page.items.map(nameInList));
    if (!page.truncated) return seen;
    after = nameInList(page.items.at(-1)!);
  }
}

it.each([1, 2, 3, 5, 100])('has each policy once, in pages of %i', (size) => {
  expect(walk(size)).toEqual([
    'o:aa',
    'b:AdministratorAccess',
    'o:AdministratorAccess',
    'b:IAMFullAccess',
    'o:IAMFullAccess',
    'b:SecretsManagerReadWrite',
    'b:StrongroomReadOnlyAccess',
    'o:Zeta',
  ]);
});

it('leaves out what comes with Strongroom when asked to, or when it lies elsewhere', () => {
  const page = { items: [own('aa')], truncated: false };
  expect(builtInsAmong(page, { prefix: '/', size: 10, onlyLocal: true })).toBe(page);
  expect(builtInsAmong(page, { prefix: '/team/', size: 10, onlyLocal: false }).items).toEqual(page.items);
});

it.each(BUILT_IN_POLICIES)('$name is a policy that compiles, under an id of its own', (policy) => {
  expect(() => compilePolicy(policy.document, 'identity')).not.toThrow();
  expect(policy.id).toMatch(/^ANPA[A-Z2-7]{17}$/);
  expect(policy.arn).toBe(`arn:aws:iam::aws:policy/${policy.name}`);
  expect(BUILT_IN_POLICIES.filter((other) => other.id === policy.id)).toHaveLength(1);
});
