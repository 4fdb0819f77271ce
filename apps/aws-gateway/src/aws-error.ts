/** An error for an AWS client: the name of its exception class, and the HTTP status. */
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

/** A request that does not have the form that its protocol requires. */
export const serialization = (message: string): AwsError => new AwsError('SerializationException', message);
