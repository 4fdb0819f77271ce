import { Stack } from '@mantine/core';
import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { settingsTexts as texts } from '../../texts/settings';
import { ClusterSection } from './cluster-section';
import { DevicesSection } from './devices-section';
import { PasskeysSection } from './passkeys-section';
import { PasswordSection } from './password-section';
import { SessionsSection } from './sessions-section';

/** What concerns the person: where they are signed in, and how; and the cluster that they use. */
export function SettingsPage() {
  return (
    <>
      <PageHeader title={texts.title} />
      <AddressTabs
        label={texts.title}
        tabs={[
          { id: 'sessions', label: texts.tabs.sessions, content: <SessionsSection /> },
          {
            id: 'signing-in',
            label: texts.tabs.signingIn,
            content: (
              <Stack gap="lg" maw={760}>
                <PasswordSection />
                <DevicesSection />
                <PasskeysSection />
              </Stack>
            ),
          },
          { id: 'cluster', label: texts.tabs.cluster, content: <ClusterSection /> },
        ]}
      />
    </>
  );
}
