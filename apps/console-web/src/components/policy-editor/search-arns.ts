import { client } from '../../app/api';
import { policyEditorTexts as texts } from '../../texts/policy-editor';
import type { ArnSearch, Choice } from './policy-choices';

const MOST = 20;
const KEPT_FOR = 30_000;

interface Named {
  arn: string;
  name: string;
  detail: string;
}

/** Lists of people and keys are short; they are asked for once in a while, and searched here. */
const lists = new Map<string, { at: number; items: Promise<readonly Named[]> }>();
function listed(name: string, load: () => Promise<readonly Named[]>): Promise<readonly Named[]> {
  const known = lists.get(name);
  if (known && Date.now() - known.at < KEPT_FOR) return known.items;
  // Whoever may not list gets no suggestions.
  const items = load().catch(() => []);
  lists.set(name, { at: Date.now(), items });
  return items;
}

const users = () =>
  listed('users', async () =>
    (await client.identity.listUsers.query({ maxItems: 1_000 })).users.map(({ arn, userName }) => ({
      ...{ arn, name: userName, detail: texts.arns.user },
    })),
  );
const roles = () =>
  listed('roles', async () =>
    (await client.identity.listRoles.query({ maxItems: 1_000 })).roles.map(({ arn, roleName }) => ({
      ...{ arn, name: roleName, detail: texts.arns.role },
    })),
  );
const keys = () =>
  listed('keys', async () => {
    const { aliases } = await client.keys.listAliases.query({ limit: 100 });
    return aliases.flatMap(({ aliasArn, aliasName, targetKeyId }) =>
      targetKeyId ? [{ arn: aliasArn.replace(/alias\/.*$/, `key/${targetKeyId}`), name: aliasName, detail: aliasName }] : [],
    );
  });
const providers = () =>
  listed('providers', async () =>
    (await client.identity.listOpenIdConnectProviders.query({})).providers.map(({ arn, url }) => ({
      ...{ arn, name: url, detail: texts.arns.provider },
    })),
  );

async function secrets(typed: string): Promise<readonly Named[]> {
  const filters = typed ? [{ key: 'name', values: [typed] }] : [];
  const found = await client.secrets.listSecrets.query({ filters, maxResults: MOST }).catch(() => ({ secretList: [] }));
  return found.secretList.map(({ arn, name }) => ({ arn, name, detail: texts.arns.secret }));
}

/** What a person types is a part of a name, or the beginning of an ARN. */
function nameTyped(typed: string): string {
  const name = typed.startsWith('arn:') ? (typed.split(':')[6] ?? typed.split(':')[5] ?? '') : typed;
  return name.replace(/[*?]/g, '').replace(/^(secret|key|user|role)\//, '');
}

/** Finds secrets, keys, users, roles and providers by a part of their name, with the person's own rights. */
export const searchArns: ArnSearch = async (typed, wanted) => {
  const name = nameTyped(typed);
  const fits = (one: Named) => `${one.name} ${one.arn}`.toLowerCase().includes(name.toLowerCase());
  const parts: readonly (readonly Named[])[] =
    wanted === 'provider'
      ? [await providers()]
      : wanted === 'principal'
        ? await Promise.all([users(), roles()])
        : await Promise.all([secrets(name), keys(), roles(), users()]);
  return parts
    .flat()
    .filter(fits)
    .slice(0, MOST)
    .map(({ arn, detail }): Choice => ({ text: arn, detail, kind: 'arn' }));
};
