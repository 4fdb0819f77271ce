import { HTTP } from '@strongroom/bounds';
import { ManualClock } from '@strongroom/clock';
import { DomainError, serviceUnavailable } from '@strongroom/errors';
import { LinkAnswerer, type TopicLinks } from './link-answerer';
import type { Link } from './links';
import { ClientGone, type Visit } from './visit';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:t';
const subscriptionArn = `${topicArn}:5e5ad9c1-3b4b-4a55-9c6b-0a3f7f3d9f10`;
const confirm: Link = { kind: 'confirm', topicArn, token: 't', isPage: false, isDone: true };
const end: Link = { kind: 'unsubscribe', subscriptionArn, token: 't', isPage: false, isDone: true };
const badToken = new DomainError({
  kind: 'invalid-argument',
  reason: 'InvalidParameterException',
  message: 'Invalid parameter: Token <x>',
});

function setUp(outcome: () => Promise<string>) {
  const [asked, read, begun]: [string[], number[], unknown[]] = [[], [], []];
  const links = Object.fromEntries(
    ['certificate', 'confirm', 'unsubscribe'].map((name) => [
      name,
      (...words: unknown[]) => {
        asked.push([name, ...words.slice(0, -1)].join(' '));
        return outcome();
      },
    ]),
  ) as unknown as TopicLinks;
  const visit = {
    readBody: (most: number) => Promise.resolve((read.push(most), new Uint8Array())),
    begin: (accountId: unknown) => void begun.push(accountId),
  } as unknown as Visit;
  const answerer = new LinkAnswerer(links, new ManualClock());
  return { asked, read, begun, visit, answer: (link: Link) => answerer.answer(visit, link, 'r') };
}

it('reads a little, counts the visitor among those without a credential, and answers as SNS does', async () => {
  const { asked, read, begun, answer } = setUp(() => Promise.resolve(subscriptionArn));
  const answered = await answer(confirm);
  expect([asked, read, begun]).toEqual([[`confirm ${topicArn} t`], [HTTP.linkBodyBytes], [undefined]]);
  expect(answered).toMatchObject({ method: 'sns.ConfirmSubscription', code: 'OK', response: { status: 200 } });
  expect(answered!.response.body).toContain(
    `<ConfirmSubscriptionResult><SubscriptionArn>${subscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult>`,
  );
  expect((await answer(end))!.response.body).toContain('<UnsubscribeResponse');
});

it('only asks those who open a page, and does what they answer', async () => {
  const { asked, answer } = setUp(() => Promise.resolve(topicArn));
  for (const link of [confirm, end]) {
    const page = (await answer({ ...link, isPage: true, isDone: false }))!.response;
    expect(page.body).toContain('<form method="post"><button>');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  }
  expect(asked).toEqual([]);
  const done = await answer({ ...end, isPage: true });
  expect(done!.response.body).toContain('The subscription has ended');
  expect(asked).toEqual([`unsubscribe ${subscriptionArn} t`]);
});

it('writes nothing of a link into a page as it is', async () => {
  const { answer } = setUp(() => Promise.resolve(''));
  const page = await answer({ ...confirm, topicArn: '"><script>', isPage: true, isDone: false });
  expect(page!.response.body).not.toContain('<script>');
});

it('refuses in the form that was asked for', async () => {
  const { answer } = setUp(() => Promise.reject(badToken));
  expect(await answer(confirm)).toMatchObject({ code: 'InvalidParameter', response: { status: 400 }, failure: undefined });
  const page = await answer({ ...confirm, isPage: true });
  expect(page!.response).toMatchObject({ status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(page!.response.body).toContain('Token &lt;x&gt;');
});

it('tells of what is not the fault of the visitor', async () => {
  const { answer } = setUp(() => Promise.reject(serviceUnavailable('away')));
  expect(await answer({ kind: 'certificate', certificateId: 'c' })).toMatchObject({
    response: { status: 503 },
    failure: expect.anything(),
  });
});

it('answers nobody who has gone', async () => {
  const { answer, visit } = setUp(() => Promise.resolve(''));
  (visit as { readBody: unknown }).readBody = () => Promise.reject(new ClientGone());
  expect(await answer(confirm)).toBeUndefined();
});
