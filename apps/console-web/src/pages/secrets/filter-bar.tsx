import { Button, Group, Indicator, Loader, Pill, Popover, Stack, Switch, TextInput } from '@mantine/core';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { secretsTexts } from '../../texts/secrets';
import { listDefaults, type ListState, setFilters } from './secret-filters';

const texts = secretsTexts.list;

interface FilterBarProps {
  state: ListState;
  /** While somebody types. */
  onSearch: (change: Partial<ListState>) => void;
  onChange: (change: Partial<ListState>) => void;
  isBusy: boolean;
}

const textFilters = ['name', 'description', 'tagKey', 'tagValue'] as const;

/** Searches and filters the list; each filter that is set is shown, and can be taken away. */
export function FilterBar({ state, onSearch, onChange, isBusy }: FilterBarProps) {
  const filters = setFilters(state);
  return (
    <Stack gap="xs" mb="sm">
      <Group gap="xs" wrap="nowrap">
        <SearchInput value={state.q} onSearch={(q) => onSearch({ q })} isBusy={isBusy} />
        <Popover width={300} position="bottom-end" shadow="md" trapFocus>
          <Indicator disabled={!filters.length} label={filters.length} size={16}>
            <Popover.Target>
              <Button variant="default" leftSection={<IconFilter size={16} />}>
                {texts.filter}
              </Button>
            </Popover.Target>
          </Indicator>
          <Popover.Dropdown>
            <Stack gap="sm">
              {textFilters.map((key) => (
                <DelayedInput
                  key={key}
                  label={texts.filters[key]}
                  value={state[key]}
                  onChange={(value) => onSearch({ [key]: value })}
                />
              ))}
              <Switch
                label={texts.filters.deleted}
                checked={state.deleted}
                onChange={(event) => onChange({ deleted: event.currentTarget.checked })}
              />
            </Stack>
          </Popover.Dropdown>
        </Popover>
      </Group>
      {filters.length > 0 && (
        <Pill.Group gap={6}>
          {filters.map((key) => (
            <Pill
              key={key}
              withRemoveButton
              onRemove={() => onChange({ [key]: listDefaults[key] })}
              removeButtonProps={{
                'aria-label': texts.removeFilter(texts.filters[key as keyof typeof texts.filters]),
                tabIndex: 0,
              }}
            >
              {texts.filters[key as keyof typeof texts.filters]}
              {typeof state[key] === 'string' && (
                <>
                  {': '}
                  <bdi>{state[key]}</bdi>
                </>
              )}
            </Pill>
          ))}
        </Pill.Group>
      )}
    </Stack>
  );
}

interface SearchInputProps {
  value: string;
  onSearch: (value: string) => void;
  isBusy: boolean;
}

function SearchInput({ value, onSearch, isBusy }: SearchInputProps) {
  const [typed, setTyped] = useTyped(value);
  return (
    <TextInput
      flex={1}
      maw={520}
      type="search"
      aria-label={texts.search}
      placeholder={texts.search}
      leftSection={<IconSearch size={16} />}
      rightSection={isBusy ? <Loader size={14} aria-label={texts.searching} /> : undefined}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onSearch(event.currentTarget.value);
      }}
    />
  );
}

interface DelayedInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function DelayedInput({ label, value, onChange }: DelayedInputProps) {
  const [typed, setTyped] = useTyped(value);
  return (
    <TextInput
      size="xs"
      label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
    />
  );
}

/** What is typed stands there at once, though the address follows later; when the address changes by itself, it wins. */
function useTyped(value: string): [string, (typed: string) => void] {
  const [state, setState] = useState({ typed: value, of: value });
  if (state.of !== value) setState({ typed: state.typed.trim() === value.trim() ? state.typed : value, of: value });
  return [state.typed, (typed) => setState({ typed, of: value })];
}
