/** What the trail needs to know about a caller; `Caller` of @strongroom/access has it. */
export interface AuditedCaller {
  readonly kind: 'user' | 'assumed-role' | 'service' | 'web-identity';
  readonly arn: string;
  readonly accountId: string;
  readonly userId: string;
  readonly userName?: string;
  readonly roleArn?: string;
  readonly accessKeyId?: string;
}

/** What the trail needs to know about a call; `CallContext` of @strongroom/grpc-kit has it. */
export interface AuditedCall {
  /** `/strongroom.secrets.v1.SecretsService/GetSecretValue`. */
  readonly method: string;
  readonly operation: string;
  readonly requestId: string;
  readonly peer: { readonly address: string; readonly certificateUri?: string; readonly service?: string };
  readonly userAgent: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly caller?: AuditedCaller;
}
