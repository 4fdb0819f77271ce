import { SegmentedControl, Stack, Text } from '@mantine/core';
import { usePerson } from '../../app/session';
import { CopyButton } from '../../components/copy-button';
import { Section } from '../../components/section';
import { useSearchState } from '../../components/use-search-state';
import { secretTexts } from '../../texts/secret';
import { codeSamples } from './code-samples';
import type { SecretTabProps } from './use-secret';
import classes from './value.module.css';

const texts = secretTexts.code;
const defaults = { language: 'shell' };

/** How programs read the secret. */
export function CodeTab({ secret }: SecretTabProps) {
  const [{ language }, change] = useSearchState(defaults);
  const { accountId } = usePerson();
  // Another account's secret is reached by its ARN alone.
  const isOwn = secret.arn.split(':')[4] === accountId;
  const samples = codeSamples(isOwn ? secret.name : secret.arn);
  const sample = samples.find(({ id }) => id === language) ?? samples[0]!;
  return (
    <Section title={texts.title} description={texts.description} actions={<CopyButton value={sample.code} label={texts.copy} />}>
      <Stack gap="md">
        <div style={{ overflowX: 'auto' }}>
          <SegmentedControl
            aria-label={texts.language}
            value={sample.id}
            onChange={(id) => change({ language: id })}
            data={samples.map(({ id, label }) => ({ value: id, label }))}
          />
        </div>
        <pre className={classes.plain} tabIndex={0} aria-label={sample.label}>
          {sample.code}
        </pre>
        <Text size="sm" c="dimmed">
          {texts.environment}
        </Text>
      </Stack>
    </Section>
  );
}
