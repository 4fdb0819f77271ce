import { client } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { accessTexts } from '../../texts/access';
import { kindOf, type Target } from './target';

const texts = accessTexts.removal;

/** Something that a user, group or role has, and that goes before it. */
export interface Remain {
  words: string;
  remove: () => Promise<unknown>;
}

const each = async <Item>(items: readonly Item[], remove: (item: Item) => Promise<unknown>) => {
  for (const item of items) await remove(item);
};

/** A list of which there is nothing to say if it is empty. */
const unlessEmpty = <Item>(
  items: readonly Item[],
  words: (count: number) => string,
  remove: (item: Item) => Promise<unknown>,
): Remain[] => (items.length === 0 ? [] : [{ words: words(items.length), remove: () => each(items, remove) }]);

/** All that hangs on a user, group or role, in the order in which it goes. */
export async function remainsOf(target: Target): Promise<Remain[]> {
  const { identity } = client;
  const most = { target, maxItems: 1_000 };
  const [{ attachedPolicies }, { policyNames }] = await Promise.all([
    identity.listAttachedPolicies.query(most),
    identity.listInlinePolicies.query(most),
  ]);
  const own =
    kindOf(target) === 'user'
      ? await remainsOfUser(target.entity.value)
      : kindOf(target) === 'group'
        ? await remainsOfGroup(target.entity.value)
        : [];
  return [
    ...own,
    ...(kindOf(target) === 'group' ? [] : await certificatesOf(target)),
    ...unlessEmpty(attachedPolicies, texts.attached, ({ policyArn }) => identity.detachPolicy.mutate({ target, policyArn })),
    ...unlessEmpty(policyNames, texts.inline, (policyName) => identity.deleteInlinePolicy.mutate({ target, policyName })),
  ];
}

async function remainsOfUser(userName: string): Promise<Remain[]> {
  const { identity } = client;
  const [hasPassword, { accessKeys }, { mfaDevices }, { groups }] = await Promise.all([
    identity.getLoginProfile.query({ userName }).then(
      () => true,
      (error: unknown) => {
        if (problemOf(error).reason === 'NoSuchEntity') return false;
        throw error;
      },
    ),
    identity.listAccessKeys.query({ userName }),
    identity.listMfaDevices.query({ userName }),
    identity.listGroupsForUser.query({ userName, maxItems: 1_000 }),
  ]);
  return [
    ...(hasPassword ? [{ words: texts.password, remove: () => identity.deleteLoginProfile.mutate({ userName }) }] : []),
    ...unlessEmpty(accessKeys, texts.keys, ({ accessKeyId }) => identity.deleteAccessKey.mutate({ userName, accessKeyId })),
    ...unlessEmpty(mfaDevices, texts.devices, async ({ serialNumber }) => {
      await identity.deactivateMfaDevice.mutate({ userName, serialNumber });
      // A passkey is gone with that; an app's device stays without a user.
      if (!serialNumber.includes(':u2f/')) await identity.deleteVirtualMfaDevice.mutate({ serialNumber });
    }),
    ...unlessEmpty(groups, texts.groups, ({ groupName }) => identity.removeUserFromGroup.mutate({ groupName, userName })),
  ];
}

async function remainsOfGroup(groupName: string): Promise<Remain[]> {
  const { users } = await client.identity.getGroup.query({ groupName, maxItems: 1_000 });
  return unlessEmpty(users, texts.members, ({ userName }) => client.identity.removeUserFromGroup.mutate({ groupName, userName }));
}

async function certificatesOf({ entity }: Target): Promise<Remain[]> {
  const { bindings } = await client.identity.listCertificateBindings.query({ maxItems: 1_000 });
  const own = bindings.filter(({ target }) => target?.entity?.$case === entity.$case && target.entity.value === entity.value);
  return unlessEmpty(own, texts.certificates, ({ uri }) => client.identity.unbindCertificate.mutate({ uri }));
}

/** Deletes a user, group or role with all that hangs on it. @throws what a part was refused with; the parts before it are gone */
export async function removeWith(target: Target, remains: readonly Remain[]): Promise<void> {
  const { value } = target.entity;
  for (const { remove } of remains) await remove();
  switch (kindOf(target)) {
    case 'user':
      await client.identity.deleteUser.mutate({ userName: value });
      return;
    case 'group':
      await client.identity.deleteGroup.mutate({ groupName: value });
      return;
    case 'role':
      await client.identity.deleteRole.mutate({ roleName: value });
  }
}
