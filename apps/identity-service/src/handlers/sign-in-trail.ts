import { type AuditEvent, type AuditRecorder, EventIds } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { eventSourcesOf, signInService } from '@strongroom/methods';
import type { RandomSource } from '@strongroom/random';
import { arnOfIdentity, type Identity } from '../domain/identity';

/** As CloudTrail has it: people type their password where the name belongs. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const [SOURCE] = eventSourcesOf([signInService]);

/** Somebody who signs in. */
export interface SignInAttempt {
  /** The account that was named, if it exists. */
  accountId?: string;
  /** The user who was named, if there is one. */
  user?: Identity;
  /** Whether a right code was shown. */
  multiFactor: boolean;
  client: { sourceIp: string; userAgent: string };
  requestId: string;
}

interface SignInTrailOptions {
  recorder: AuditRecorder;
  clock: Clock;
  random: RandomSource;
  region: string;
  /** The cluster's account, whose trail has the attempts on accounts that do not exist. */
  accountId: string;
}

/** CloudTrail's ConsoleLogin events, in the trail of the account that was named. The name that was typed is never in them. */
export class SignInTrail {
  private readonly ids: EventIds;

  constructor(private readonly options: SignInTrailOptions) {
    this.ids = new EventIds(options.clock, options.random);
  }

  /** Resolves to the event's id when the event is durable. */
  async succeeded(attempt: SignInAttempt, deadline: number): Promise<string> {
    const event = this.eventOf(attempt, 'Success');
    await this.options.recorder.record(event, { deadline });
    return event.eventId;
  }

  /** `superseded`: the event that said that it had succeeded, which was wrong. */
  async failed(attempt: SignInAttempt, deadline: number, superseded?: string): Promise<void> {
    const event = this.eventOf(attempt, 'Failure');
    if (superseded !== undefined) event.responseElements.supersedesEventId = superseded;
    await this.options.recorder.record(event, { deadline });
  }

  private eventOf(attempt: SignInAttempt, outcome: 'Success' | 'Failure'): AuditEvent {
    const { clock, region, accountId: ownAccount } = this.options;
    const { accountId = '', user, multiFactor, client, requestId } = attempt;
    return {
      eventId: this.ids.next(),
      eventTime: clock.now(),
      eventSource: SOURCE!,
      eventName: 'ConsoleLogin',
      awsRegion: region,
      recipientAccountId: accountId || ownAccount,
      userIdentity: {
        type: 'IAMUser',
        principalId: user?.id ?? '',
        arn: user ? arnOfIdentity(user) : '',
        accountId,
        accessKeyId: '',
        userName: user?.name ?? HIDDEN,
        sessionIssuerArn: '',
      },
      sourceIpAddress: client.sourceIp,
      userAgent: client.userAgent,
      requestId,
      readOnly: false,
      resources: [],
      requestParameters: {},
      responseElements: { ConsoleLogin: outcome, MFAUsed: multiFactor ? 'Yes' : 'No' },
      errorCode: outcome === 'Failure' ? 'SignInFailed' : '',
      errorMessage: outcome === 'Failure' ? 'Failed authentication' : '',
    };
  }
}
