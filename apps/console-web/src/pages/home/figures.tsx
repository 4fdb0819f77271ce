import { Anchor, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api } from '../../app/api';
import { problemOf } from '../../app/api-error';
import { Figure } from '../../components/figure';
import { commonTexts } from '../../texts/common';
import { homeTexts } from '../../texts/home';
import { count } from '../usage/amounts';

const texts = homeTexts.figures;
/** What one answer counts; there may be more. */
const MAX_SECRETS = 100;
const MAX_KEYS = 1_000;
const FRESH_FOR = 60_000;

/** How much there is. A figure that the person may not see says why. */
export function Figures() {
  const [today] = useState(() => new Date(new Date().setUTCHours(0, 0, 0, 0)));
  const secrets = useQuery({ ...api.secrets.listSecrets.queryOptions({ maxResults: MAX_SECRETS }), staleTime: FRESH_FOR });
  const keys = useQuery({ ...api.keys.listKeys.queryOptions({ limit: MAX_KEYS }), staleTime: FRESH_FOR });
  const usage = useQuery({ ...api.usage.getUsage.queryOptions({ startTime: today }), staleTime: FRESH_FOR });
  const counters = usage.data?.rows.map((row) => row.counters) ?? [];
  const calls = counters.reduce((sum, one) => sum + (one?.calls ?? 0n), 0n);
  const failed = counters.reduce((sum, one) => sum + (one?.failedCalls ?? 0n), 0n);
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Figure
        label={texts.secrets}
        {...shown(
          secrets,
          ({ secretList, nextToken }) => (nextToken === '' ? count(secretList.length) : texts.atLeast(count(secretList.length))),
          (value) => (
            <Anchor inherit renderRoot={(props) => <Link to="/secrets" {...props} />}>
              {value}
            </Anchor>
          ),
        )}
      />
      <Figure
        label={texts.keys}
        {...shown(
          keys,
          ({ keys: all, truncated }) => (truncated ? texts.atLeast(count(all.length)) : count(all.length)),
          (value) => (
            <Anchor inherit renderRoot={(props) => <Link to="/keys" {...props} />}>
              {value}
            </Anchor>
          ),
        )}
      />
      <Figure
        label={texts.calls}
        note={usage.data && (failed === 0n ? texts.noneFailed : texts.failed(count(failed)))}
        {...shown(
          usage,
          () => count(calls),
          (value) => (
            <Anchor inherit renderRoot={(props) => <Link to="/usage" {...props} />}>
              {value}
            </Anchor>
          ),
        )}
      />
    </SimpleGrid>
  );
}

function shown<Data>(
  { data, error }: { data: Data | undefined; error: unknown },
  words: (data: Data) => string,
  linked: (value: string) => ReactNode,
): { value: ReactNode; note?: string } {
  if (data !== undefined) return { value: linked(words(data)) };
  return error ? { value: commonTexts.none, note: problemOf(error).message } : { value: undefined };
}
