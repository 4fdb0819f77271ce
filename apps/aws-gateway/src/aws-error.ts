/** What an AWS client is told: the name that its exception classes go by, and the HTTP status. */
export class AwsError extends Error {
  /** `status`: 4xx blames the request, 5xx the service. */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = code;
  }
}

/** A request that is not of the form that its protocol wants. */
export const serialization = (message: string): AwsError => new AwsError('SerializationException', message);
