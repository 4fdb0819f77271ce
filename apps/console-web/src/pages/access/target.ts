/** A user, group or role, as the contract names it. */
export interface Target {
  entity: { $case: 'userName' | 'groupName' | 'roleName'; value: string };
}

export const userTarget = (value: string): Target => ({ entity: { $case: 'userName', value } });
export const groupTarget = (value: string): Target => ({ entity: { $case: 'groupName', value } });
export const roleTarget = (value: string): Target => ({ entity: { $case: 'roleName', value } });

const KINDS = { userName: 'user', groupName: 'group', roleName: 'role' } as const;
export const kindOf = ({ entity }: Target) => KINDS[entity.$case];
