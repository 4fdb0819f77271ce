import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { MachineText } from '../../components/machine-text';

interface NameLinkProps {
  kind: 'users' | 'groups' | 'roles' | 'policies';
  /** Of a policy: its ARN. */
  id: string;
  label?: string;
}

/** Leads to the page of a user, group, role or policy. */
export function NameLink({ kind, id, label = id }: NameLinkProps) {
  const text = <MachineText>{label}</MachineText>;
  switch (kind) {
    case 'users':
      return <Anchor renderRoot={(props) => <Link to="/access/users/$name" params={{ name: id }} {...props} />}>{text}</Anchor>;
    case 'groups':
      return <Anchor renderRoot={(props) => <Link to="/access/groups/$name" params={{ name: id }} {...props} />}>{text}</Anchor>;
    case 'roles':
      return <Anchor renderRoot={(props) => <Link to="/access/roles/$name" params={{ name: id }} {...props} />}>{text}</Anchor>;
    case 'policies':
      return <Anchor renderRoot={(props) => <Link to="/access/policies/$arn" params={{ arn: id }} {...props} />}>{text}</Anchor>;
  }
}
