import { iam } from '../operations/iam';
import { kms } from '../operations/kms';
import type { Operations } from '../operations/operation';
import { secretsManager } from '../operations/secrets-manager';
import { sts } from '../operations/sts';

/** A service of AWS as this gateway speaks for it. */
export interface AwsService {
  protocol: 'json' | 'query';
  /** As credential scopes name it. */
  signingName: string;
  isGlobal: boolean;
  operations: Operations;
  /** The prefix of X-Amz-Target, or the Version parameter. */
  selector: string;
  /** Of errors: as AWS spells it for the service. */
  messageMember: 'message' | 'Message';
  /** The error for what AWS has and Strongroom has not. */
  unsupported: string;
  /** Errors that go by another name here. */
  errorNames: Readonly<Record<string, string>>;
}

export const services: readonly AwsService[] = [
  {
    protocol: 'json',
    signingName: 'secretsmanager',
    isGlobal: false,
    operations: secretsManager,
    selector: 'secretsmanager',
    messageMember: 'Message',
    unsupported: 'InvalidParameterException',
    errorNames: {},
  },
  {
    protocol: 'json',
    signingName: 'kms',
    isGlobal: false,
    operations: kms,
    selector: 'TrentService',
    messageMember: 'message',
    unsupported: 'UnsupportedOperationException',
    errorNames: {
      InternalServiceError: 'KMSInternalException',
      ServiceUnavailableException: 'DependencyTimeoutException',
      RequestTimeoutException: 'DependencyTimeoutException',
    },
  },
  {
    protocol: 'query',
    signingName: 'sts',
    isGlobal: true,
    operations: sts,
    selector: '2011-06-15',
    messageMember: 'message',
    unsupported: 'ValidationError',
    errorNames: {},
  },
  {
    protocol: 'query',
    signingName: 'iam',
    isGlobal: true,
    operations: iam,
    selector: '2010-05-08',
    messageMember: 'message',
    unsupported: 'InvalidInput',
    errorNames: {},
  },
];
