import type { Event, StrongroomClient } from '@strongroom/client';
import { DemoError, expectThat } from '../narrator';
import { short, type Story } from '../story';
import { eventsOf } from '../trail';

export const showTrail = async ({ narrator, admin, startedAt, calls }: Story): Promise<void> => {
  narrator.chapter('Who did what?');
  const events = await narrator.step(
    'LookupEvents',
    () => eventsOf(admin, startedAt, calls),
    (found) => `each of the ${found.length} calls has its event`,
  );
  for (const event of events) narrator.say(`     ${lineOf(event)}`);
  const { valid, findings } = await narrator.step(
    'StreamTrailVerification',
    () => verification(admin),
    (verified) =>
      `${verified.valid ? 'no event was changed, added or lost' : 'the trail is BROKEN'} among ${verified.eventsVerified} of this account`,
  );
  expectThat(valid, `the trail does not verify: ${findings[0]?.kind ?? 'no reason given'}`);
};

/** Of the whole trail, however many events it has. */
const verification = async ({ audit }: StrongroomClient) => {
  for await (const { result } of audit.streamTrailVerification()) if (result) return result;
  throw new DemoError('the verification of the trail has ended without a result');
};

const lineOf = ({ eventTime, eventName, userIdentity, errorCode, resources }: Event): string => {
  const time = eventTime!.toISOString().slice(11, 23);
  const who = userIdentity!.arn.replace(/^.*:/, '');
  const version = resources.find(({ versionId }) => versionId)?.versionId;
  const outcome = `${errorCode || 'ok'}${version ? `, version ${short(version)}` : ''}`;
  return `${time}  ${eventName.padEnd(15)} ${who.padEnd(44)} ${outcome}`;
};
