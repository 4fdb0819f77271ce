/** A way to read a secret from a program. */
export interface CodeSample {
  id: 'shell' | 'typescript' | 'python' | 'go' | 'java' | 'grpcurl';
  label: string;
  code: string;
}

/** What stands in a text in double quotes, in each of the languages: names and ARNs have no other signs. */
const quoted = (secretId: string): string => {
  if (!/^[\w/+=.@:-]+$/.test(secretId)) throw new RangeError('not the name or ARN of a secret');
  return `"${secretId}"`;
};

/** @param secretId the name of a secret, or its ARN in another account */
export const codeSamples = (secretId: string): CodeSample[] => [
  {
    id: 'shell',
    label: 'Shell',
    code: `# Once: strongroom login
strongroom get ${secretId}

# A program gets it in its environment, and it stays out of files and of the history:
strongroom run --secret SECRET=${secretId} -- ./program
`,
  },
  {
    id: 'typescript',
    label: 'TypeScript',
    code: `import { SecretCache, StrongroomClient } from '@strongroom/client';

const strongroom = StrongroomClient.fromEnvironment();
// Hears of a new version within a second.
const cache = new SecretCache(strongroom);
const { secretString } = await cache.get('${secretId}');
`,
  },
  {
    id: 'python',
    label: 'Python',
    code: `import boto3

client = boto3.client("secretsmanager")
value = client.get_secret_value(SecretId=${quoted(secretId)})["SecretString"]
`,
  },
  {
    id: 'go',
    label: 'Go',
    code: `package main

import (
	"context"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	secret, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{
		SecretId: aws.String(${quoted(secretId)}),
	})
	if err != nil {
		log.Fatal(err)
	}
	use(aws.ToString(secret.SecretString))
}

func use(value string) {}
`,
  },
  {
    id: 'java',
    label: 'Java',
    code: `import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

public class Program {
  public static void main(String[] arguments) {
    try (SecretsManagerClient client = SecretsManagerClient.create()) {
      String value = client.getSecretValue(request -> request.secretId(${quoted(secretId)})).secretString();
    }
  }
}
`,
  },
  {
    id: 'grpcurl',
    label: 'grpcurl',
    code: `grpcurl -cacert "$STRONGROOM_TLS_CA_FILE" \\
  -expand-headers -H 'authorization: Bearer \${STRONGROOM_TOKEN}' \\
  -d '{"secret_id": ${quoted(secretId)}}' \\
  "$STRONGROOM_SECRETS_API_ADDRESS" strongroom.secrets.v1.SecretsService/GetSecretValue
`,
  },
];
