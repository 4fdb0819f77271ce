import { Badge, Group } from '@mantine/core';
import { trailTexts } from '../../texts/trail';
import { DEFAULT_AGE, type TrailSearch } from './trail-search';

const texts = trailTexts.search;

/** The conditions of a search, to read. */
export function ConditionList({ search }: { search: TrailSearch }) {
  return (
    <Group gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {wordsOf(search).map(([name, value]) => (
        <Badge key={name} component="li" variant="default" tt="none" fw={450} maw="100%">
          {name}: <bdi>{value}</bdi>
        </Badge>
      ))}
    </Group>
  );
}

function wordsOf(search: TrailSearch): [string, string][] {
  const { event, user, resource, key, source, request, result, reads, last, from, to } = search;
  const words: [string, string | undefined][] = [
    [texts.range, last !== undefined || (from === undefined && to === undefined) ? texts.ages[last ?? DEFAULT_AGE] : undefined],
    [texts.from, last === undefined ? from : undefined],
    [texts.to, last === undefined ? to : undefined],
    [texts.event, event],
    [texts.user, user],
    [texts.resource, resource],
    [texts.result, result && texts.results[result]],
    [texts.reads, reads && texts.readsChoices[reads]],
    [texts.source, source],
    [texts.key, key],
    [texts.request, request],
  ];
  return words.filter((word): word is [string, string] => word[1] !== undefined);
}
