import { Metadata, status } from '@grpc/grpc-js';
import { RetryInfo } from '@strongroom/contracts/google/rpc/error_details';
import { Status } from '@strongroom/contracts/google/rpc/status';
import { throttled } from '@strongroom/errors';
import { fromStatus, toStatus } from './error-status';

const received = (details: { typeUrl: string; value: Buffer }[]) => {
  const metadata = new Metadata();
  const code = status.RESOURCE_EXHAUSTED;
  metadata.set('grpc-status-details-bin', Buffer.from(Status.encode({ code, message: 'busy', details }).finish()));
  return fromStatus(Object.assign(new Error('busy'), { code, details: 'busy', metadata }));
};

it('reads the delay of a RetryInfo, whoever sent it', () => {
  const retryDelay = { seconds: 2n, nanos: 1_500_000 };
  const value = Buffer.from(RetryInfo.encode({ retryDelay }).finish());
  const error = received([{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }]);
  expect(error).toMatchObject({ reason: 'LimitExceededException', metadata: { retry_after_ms: '2002' } });
});

it('rebuilds what our own servers send', () => {
  const sent = toStatus(throttled('busy', { metadata: { retry_after_ms: '300' } }), { service: 's', requestId: 'r' });
  expect(fromStatus(Object.assign(new Error('busy'), sent))).toMatchObject({
    kind: 'resource-exhausted',
    reason: 'ThrottlingException',
    message: 'busy',
    metadata: { retry_after_ms: '300', request_id: 'r' },
  });
});
