import { Stack } from '@mantine/core';
import type { SecretTabProps } from './use-secret';
import { ResourcePolicy } from './resource-policy';
import { WhoCanPanel } from './who-can-panel';

/** Who may do what with the secret, and why; and the secret's own policy. */
export function PermissionsTab({ secret }: SecretTabProps) {
  return (
    <Stack gap="md">
      <WhoCanPanel secret={secret} />
      <ResourcePolicy secret={secret} />
    </Stack>
  );
}
