import { Button, Collapse, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { TypedText } from '../../components/typed-text';
import { trailTexts } from '../../texts/trail';
import { AGES, type Age, conditionCount, DEFAULT_AGE, isBackwards, type TrailSearch } from './trail-search';
import { useTrailSearch } from './use-trail-search';

const texts = trailTexts.search;
const BETWEEN = 'between';

const ranges = [
  ...(Object.keys(AGES) as Age[]).map((value) => ({ value: value as string, label: texts.ages[value] })),
  { value: BETWEEN, label: texts.custom },
];
const results = [
  { value: '', label: texts.results.any },
  { value: 'ok', label: texts.results.ok },
  { value: 'failed', label: texts.results.failed },
];
const reads = [
  { value: '', label: texts.readsChoices.any },
  { value: 'none', label: texts.readsChoices.none },
  { value: 'only', label: texts.readsChoices.only },
];

/** The conditions of a search. They stand in the address. */
export function SearchConditions() {
  const [search, change] = useTrailSearch();
  const further = conditionCount({ source: search.source, key: search.key, request: search.request, reads: search.reads });
  const [isOpen, { toggle }] = useDisclosure(further > 0);
  const isBetween = search.last === undefined && (search.from !== undefined || search.to !== undefined);
  const chooseRange = (range: string | null) => {
    if (range === BETWEEN) change({ last: undefined, from: new Date(Date.now() - AGES['24h']).toISOString(), to: undefined });
    else change({ last: range === DEFAULT_AGE ? undefined : (range as Age), from: undefined, to: undefined });
  };
  return (
    <Stack gap="sm" role="search" aria-label={texts.conditions}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" verticalSpacing="sm">
        <Select
          label={texts.range}
          data={ranges}
          value={isBetween ? BETWEEN : (search.last ?? DEFAULT_AGE)}
          onChange={chooseRange}
          allowDeselect={false}
        />
        <Condition name="event" label={texts.event} hint={texts.eventHint} />
        <Condition name="user" label={texts.user} hint={texts.userHint} />
        <Condition name="resource" label={texts.resource} hint={texts.resourceHint} />
        <Select
          label={texts.result}
          data={results}
          value={search.result ?? ''}
          onChange={(result) => change({ result: (result || undefined) as TrailSearch['result'] })}
          allowDeselect={false}
        />
      </SimpleGrid>
      {isBetween && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
          <LocalTime name="from" label={texts.from} />
          <LocalTime name="to" label={texts.to} error={isBackwards(search) ? texts.backwards : undefined} />
        </SimpleGrid>
      )}
      <Collapse expanded={isOpen}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" verticalSpacing="sm">
          <Select
            label={texts.reads}
            data={reads}
            value={search.reads ?? ''}
            onChange={(value) => change({ reads: (value || undefined) as TrailSearch['reads'] })}
            allowDeselect={false}
          />
          <Condition name="source" label={texts.source} hint={texts.sourceHint} />
          <Condition name="key" label={texts.key} hint={texts.keyHint} />
          <Condition name="request" label={texts.request} />
        </SimpleGrid>
      </Collapse>
      <Group gap="xs">
        <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
          {texts.more(further)}
        </Button>
        {(conditionCount(search) > 0 || search.last !== undefined || isBetween) && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => change(NO_CONDITIONS)}>
            {texts.clear}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

const NO_CONDITIONS: Readonly<Record<keyof TrailSearch, undefined>> = {
  event: undefined,
  user: undefined,
  resource: undefined,
  key: undefined,
  source: undefined,
  request: undefined,
  result: undefined,
  reads: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
};

interface ConditionProps {
  name: 'event' | 'user' | 'resource' | 'source' | 'key' | 'request';
  label: string;
  hint?: string;
}

function Condition({ name, label, hint }: ConditionProps) {
  const [search, change] = useTrailSearch();
  return (
    <TypedText label={label} placeholder={hint} value={search[name] ?? ''} onChange={(value) => change({ [name]: value })} />
  );
}

/** A moment in the person's own time zone; the address has it in UTC. */
function LocalTime({ name, label, error }: { name: 'from' | 'to'; label: string; error?: string }) {
  const [search, change] = useTrailSearch();
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={localTextOf(search[name])}
      onChange={({ currentTarget: { value } }) => change({ [name]: value === '' ? undefined : new Date(value).toISOString() })}
      error={error}
    />
  );
}

function localTextOf(iso: string | undefined): string {
  if (iso === undefined) return '';
  const moment = new Date(iso);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
