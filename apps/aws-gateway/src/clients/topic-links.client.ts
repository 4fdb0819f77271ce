import type { ServiceClient } from '@strongroom/grpc-kit';
import type { topicLinkService } from '@strongroom/methods';
import type { TopicLinks } from '../gateway/link-answerer';

export const topicLinksClient = (client: ServiceClient<typeof topicLinkService>): TopicLinks => ({
  certificate: async (certificateId, deadline) => (await client.getSigningCertificate({ certificateId }, { deadline })).pem,
  confirm: async (topicArn, token, deadline) =>
    (await client.followConfirmationLink({ topicArn, token }, { deadline })).subscriptionArn,
  unsubscribe: async (subscriptionArn, token, deadline) =>
    (await client.followUnsubscribeLink({ subscriptionArn, token }, { deadline })).topicArn,
});
