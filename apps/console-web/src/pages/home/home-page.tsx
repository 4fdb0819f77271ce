import { Alert, Grid, Skeleton, Stack } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api';
import { usePerson } from '../../app/session';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { homeTexts as texts } from '../../texts/home';
import { isVerificationStale, kindsWithFindings, refusedParts } from './attention';
import { AttentionList } from './attention-list';
import { Figures } from './figures';
import { FirstSteps } from './first-steps';
import { RefusedParts } from './refused-parts';
import { TrailCard } from './trail-card';

/** How often the overview is asked for while the page is open. Milliseconds. */
const LOOK_EVERY = 60_000;

/** What needs attention, and how things stand. */
export function HomePage() {
  const person = usePerson();
  const {
    data: overview,
    error,
    refetch,
  } = useQuery({
    ...api.home.overview.queryOptions(),
    refetchInterval: LOOK_EVERY,
  });
  const kinds = overview && kindsWithFindings(overview);
  const refused = overview && refusedParts(overview);
  return (
    <>
      <PageHeader title={texts.title} description={texts.greeting(person.userName)} />
      <Stack gap="md">
        <FirstSteps />
        <Figures />
        <Problem error={error} onRetry={() => void refetch()} />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <Stack gap="md">
              {!overview && !error && <Skeleton height={180} />}
              {kinds?.length === 0 && refused?.length === 0 && (
                <Alert color="green" variant="light" icon={<IconCircleCheck size={20} />} title={texts.calm}>
                  {texts.calmText}
                </Alert>
              )}
              {overview && kinds && kinds.length > 0 && <AttentionList overview={overview} kinds={kinds} />}
              {refused && refused.length > 0 && <RefusedParts parts={refused} />}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            {overview?.trail.known && (
              <TrailCard trail={overview.trail.value} isStale={isVerificationStale(overview, Date.now())} />
            )}
          </Grid.Col>
        </Grid>
      </Stack>
    </>
  );
}
