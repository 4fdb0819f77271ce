import { cloudTrail } from '../operations/cloudtrail';
import { events } from '../operations/events';
import { iam } from '../operations/iam';
import { absentFromKms, kms } from '../operations/kms';
import type { Operations } from '../operations/operation';
import { secretsManager } from '../operations/secrets-manager';
import { sns } from '../operations/sns';
import { sts } from '../operations/sts';

/** An AWS service as this gateway offers it. */
export interface AwsService {
  protocol: 'json' | 'query';
  /** Its name in credential scopes. */
  signingName: string;
  isGlobal: boolean;
  operations: Operations;
  /** Operations of AWS that are not there on purpose, and why. */
  absent?: ReadonlyMap<string, string>;
  /** The prefix of X-Amz-Target, or the Version parameter. */
  selector: string;
  /** The prefix that AWS's older clients send, Python's and the AWS CLI among them. */
  longSelector?: string;
  /** The member with the message of an error, as AWS spells it for this service. */
  messageMember: 'message' | 'Message';
  /** The error for what AWS supports and Strongroom does not. */
  unsupported: string;
  /** Errors that have another name in this service. */
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
    absent: absentFromKms,
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
    protocol: 'json',
    signingName: 'cloudtrail',
    isGlobal: false,
    operations: cloudTrail,
    selector: 'CloudTrail_20131101',
    longSelector: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
    messageMember: 'Message',
    unsupported: 'UnsupportedOperationException',
    errorNames: {},
  },
  {
    protocol: 'json',
    signingName: 'events',
    isGlobal: false,
    operations: events,
    selector: 'AWSEvents',
    messageMember: 'message',
    unsupported: 'ValidationException',
    errorNames: {
      InternalServiceError: 'InternalException',
      InvalidNextTokenException: 'ValidationException',
      InvalidParameterException: 'ValidationException',
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
  {
    protocol: 'query',
    signingName: 'sns',
    isGlobal: false,
    operations: sns,
    selector: '2010-03-31',
    messageMember: 'message',
    unsupported: 'InvalidParameter',
    errorNames: {
      AccessDenied: 'AuthorizationError',
      InvalidNextTokenException: 'InvalidParameter',
      InvalidParameterValue: 'InvalidParameter',
      MalformedPolicyDocumentException: 'InvalidParameter',
      MalformedQueryString: 'InvalidParameter',
      NotFoundException: 'NotFound',
      ServiceFailure: 'InternalError',
      SubscriptionLimitExceededException: 'SubscriptionLimitExceeded',
      TopicLimitExceededException: 'TopicLimitExceeded',
      ValidationError: 'InvalidParameter',
      EmptyBatchRequestException: 'EmptyBatchRequest',
      TooManyEntriesInBatchRequestException: 'TooManyEntriesInBatchRequest',
      InvalidBatchEntryIdException: 'InvalidBatchEntryId',
      BatchEntryIdsNotDistinctException: 'BatchEntryIdsNotDistinct',
      BatchRequestTooLongException: 'BatchRequestTooLong',
    },
  },
];
