import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { accessTexts as texts } from '../../texts/access';
import { AskPanel } from './ask-panel';
import { CertificatesPanel } from './certificates-panel';
import { GroupsPanel } from './groups-panel';
import { PasswordPolicyPanel } from './password-policy-panel';
import { PoliciesPanel } from './policies-panel';
import { ProvidersPanel } from './providers-panel';
import { RolesPanel } from './roles-panel';
import { UsersPanel } from './users-panel';

const tabs = [
  { id: 'users', label: texts.tabs.users, content: <UsersPanel /> },
  { id: 'groups', label: texts.tabs.groups, content: <GroupsPanel /> },
  { id: 'roles', label: texts.tabs.roles, content: <RolesPanel /> },
  { id: 'policies', label: texts.tabs.policies, content: <PoliciesPanel /> },
  { id: 'ask', label: texts.tabs.ask, content: <AskPanel /> },
  { id: 'providers', label: texts.tabs.providers, content: <ProvidersPanel /> },
  { id: 'certificates', label: texts.tabs.certificates, content: <CertificatesPanel /> },
  { id: 'passwords', label: texts.tabs.passwords, content: <PasswordPolicyPanel /> },
];

export function AccessPage() {
  return (
    <>
      <PageHeader title={texts.title} description={texts.description} />
      <AddressTabs tabs={tabs} label={texts.tabs.label} />
    </>
  );
}
