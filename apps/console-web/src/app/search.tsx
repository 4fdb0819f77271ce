import '@mantine/spotlight/styles.css';
import { Text } from '@mantine/core';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { searchTexts as texts } from '../texts/search';
import { deedsMatching, type Found } from './search-deeds';
import { useFindings } from './use-findings';

const [store, search] = createSpotlight();

interface SearchProps {
  /** Grows each time the person asks for the search. */
  request: number;
  onShowKeys: () => void;
}

/** Finds secrets, keys, users, roles, pages and deeds as the person types. */
export function Search({ request, onShowKeys }: SearchProps) {
  const [query, setQuery] = useState('');
  useEffect(() => search.open(), [request]);
  const deeds = deedsMatching(query, { onShowKeys });
  const { found, isSearching } = useFindings(query);
  const groups = [...found, ...deeds].filter(({ items }) => items.length);
  return (
    <Spotlight.Root store={store} query={query} onQueryChange={setQuery} maxHeight={440} scrollable shortcut={null} size={620}>
      <Spotlight.Search placeholder={texts.placeholder} leftSection={<IconSearch size={18} />} aria-label={texts.placeholder} />
      <Spotlight.ActionsList>
        {groups.map(({ label, items }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {items.map((item) => (
              <FoundAction key={item.id} {...item} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {!groups.length && <Spotlight.Empty>{isSearching ? texts.searching : texts.nothing(query)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function FoundAction({ label, description, icon: Icon, onOpen, isMachineName }: Found) {
  return (
    <Spotlight.Action onClick={onOpen} closeSpotlightOnTrigger>
      <Icon size={16} stroke={1.6} aria-hidden style={{ flex: 'none', marginInlineEnd: 10 }} />
      <Text span size="sm" ff={isMachineName ? 'monospace' : undefined} truncate>
        <bdi>{label}</bdi>
      </Text>
      {description && (
        <Text span size="xs" c="dimmed" truncate ml="sm" flex={1}>
          <bdi>{description}</bdi>
        </Text>
      )}
    </Spotlight.Action>
  );
}
