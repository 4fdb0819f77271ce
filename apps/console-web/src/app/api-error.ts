import { TRPCClientError } from '@trpc/client';

/** What the console's service tells of a failed call beside the message, in `data` of tRPC's error. */
export interface ApiErrorData {
  code?: string;
  httpStatus?: number;
  /** Name of the error, as AWS calls it, such as `ResourceNotFoundException`. */
  reason?: string;
  /** The kind of DomainError, such as `permission-denied`. */
  kind?: string;
  /** The field of the request that is wrong. */
  field?: string;
}

/** A failed call in the words of the page. */
export interface ApiProblem extends ApiErrorData {
  message: string;
}

/** Reads any thrown thing as a problem. What is no answer of the service is a failed connection. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof TRPCClientError) {
    const data = (error.data ?? {}) as ApiErrorData;
    return { ...data, message: error.message };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Whether the services have answered, so that asking once more changes nothing. */
export const isRefusal = (error: unknown): boolean => {
  const { httpStatus } = problemOf(error);
  return httpStatus !== undefined && httpStatus < 500 && httpStatus !== 429;
};

/** Whether the person is not signed in, or not any more. */
export const isSignedOut = (error: unknown): boolean => problemOf(error).code === 'UNAUTHORIZED';
