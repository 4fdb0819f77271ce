import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { usePages } from '../../components/use-pages';
import { readersOf } from './readers';

const DAY = 86_400_000;
/** How far back the page looks. */
const DAYS = 30;
/** The most reads that are counted. */
export const MAX_COUNTED = 1_000;

/** The beginning of the time that the page looks at; the same until the page is left, so that answers can be kept. */
export const useSince = (): Date => useState(() => new Date(Date.now() - DAYS * DAY))[0];

/** Who has read a secret in the last 30 days. */
export function useReaders(secretArn: string) {
  const startTime = useSince();
  return useQuery(
    api.audit.lookupEvents.queryOptions(
      { filter: { resource: secretArn, eventName: 'GetSecretValue', startTime }, maxResults: MAX_COUNTED },
      { select: ({ events, nextToken }) => ({ readers: readersOf(events, secretArn), isCut: nextToken !== '' }) },
    ),
  );
}

/** Events of a secret, newest first. @param eventName undefined: all */
export const useEvents = (secretArn: string, eventName: string | undefined) => {
  const startTime = useSince();
  const filter = { resource: secretArn, startTime, ...(eventName && { eventName }) };
  return usePages({
    queryKey: [['audit', 'lookupEvents'], { input: { filter } }],
    load: (nextToken, signal) => client.audit.lookupEvents.query({ filter, maxResults: 50, nextToken }, { signal }),
    rows: ({ events }) => events,
    next: ({ nextToken }) => nextToken,
  });
};
