import { describeBounds, valuesOf } from './bound';

/** The limits of a request's contents, over gRPC or HTTPS: words, list members, nesting. */
export const requestBounds = describeBounds({
  filterWords: {
    value: 100,
    unit: 'count',
    of: 'words in the filters of ListSecrets and BatchGetSecretValue; a value that is not searched word by word counts as one',
    why: 'ten filters of ten values each; the database may compare each of them with every secret of the account',
    test: 'apps/secrets-api/src/lists.int-spec.ts',
  },
});

export const REQUEST = valuesOf(requestBounds);
