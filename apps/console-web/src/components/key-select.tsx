import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/api';
import { commonTexts } from '../texts/common';

const texts = commonTexts.keySelect;
const DEFAULT_ALIAS = 'alias/aws/secretsmanager';

interface KeySelectProps {
  /** An alias; empty: the default key. */
  value: string;
  onChange: (alias: string) => void;
  error?: string;
}

/** Chooses the KMS key that protects a secret, by its alias. */
export function KeySelect({ value, onChange, error }: KeySelectProps) {
  const aliases = useQuery(api.keys.listAliases.queryOptions({ limit: 100 }));
  const names = (aliases.data?.aliases ?? [])
    .filter(({ aliasName, targetKeyId }) => targetKeyId && !aliasName.startsWith('alias/aws/'))
    .map(({ aliasName }) => aliasName);
  return (
    <Select
      label={texts.label}
      description={aliases.error ? texts.unknown : texts.hint}
      data={[{ value: DEFAULT_ALIAS, label: texts.standard }, ...names]}
      value={value || DEFAULT_ALIAS}
      onChange={(alias) => onChange(alias === null || alias === DEFAULT_ALIAS ? '' : alias)}
      allowDeselect={false}
      searchable={names.length > 8}
      error={error}
    />
  );
}
