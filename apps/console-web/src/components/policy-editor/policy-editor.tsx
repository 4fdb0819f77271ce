import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconIndentIncrease } from '@tabler/icons-react';
import { useMemo, useRef, useEffect, useState } from 'react';
import type { Finding } from '@strongroom/policy';
import { JsonEditor } from '../json-editor';
import { policyEditorTexts as texts } from '../../texts/policy-editor';
import { policyCompletions } from './completions';
import { diagnosticsOf, findingsOf, type PolicyRules, sentenceOf, sizeOf } from './findings';
import classes from './policy-editor.module.css';
import { PolicySummaryView } from './policy-summary-view';
import { summaryOf } from './policy-summary';
import { searchArns } from './search-arns';
import { useKnownActions } from './use-known-actions';

interface PolicyEditorProps extends PolicyRules {
  label: string;
  description?: string;
  value: string;
  /** Absent: the policy can only be read. */
  onChange?: (value: string) => void;
  /** What the service refused the whole policy with. */
  error?: string;
  /** Policies to begin with, by their names. */
  examples?: Readonly<Record<string, object>>;
}

/** Whether a policy may be sent: nothing in it is wrong, as far as the page knows. */
export const isSoundPolicy = (text: string, rules: PolicyRules): boolean =>
  text.trim() !== '' && !findingsOf(text, rules).some(({ severity }) => severity === 'error');

/** Edits a policy as JSON: completes it, shows what is wrong in place, and says beside it what it allows. */
export function PolicyEditor({ label, description, value, onChange, error, examples, ...rules }: PolicyEditorProps) {
  const { kind, maxSize, isPublicRefused } = rules;
  const actions = useKnownActions();
  const around = useRef({ kind, actions, searchArns });
  useEffect(() => {
    around.current = { kind, actions, searchArns };
  }, [kind, actions]);
  // The editor asks when somebody types, long after this was rendered.
  const [completions] = useState(() => [policyCompletions(() => around.current)]);
  const findings = useMemo(
    () => (value.trim() ? findingsOf(value, { kind, maxSize, isPublicRefused }) : []),
    [value, kind, maxSize, isPublicRefused],
  );
  const statements = useMemo(() => summaryOf(value, actions), [value, actions]);
  const set = (document: unknown) => onChange?.(JSON.stringify(document, null, 2));
  return (
    <div className={classes.box}>
      <div className={classes.split}>
        <Stack gap="xs">
          {examples && onChange && (
            <Group gap={6}>
              <Text size="sm" c="dimmed">
                {texts.examples}
              </Text>
              {Object.entries(examples).map(([name, document]) => (
                <Button key={name} size="compact-xs" variant="default" onClick={() => set(document)}>
                  {name}
                </Button>
              ))}
            </Group>
          )}
          <JsonEditor
            label={label}
            description={description}
            value={value}
            onChange={onChange}
            readOnly={!onChange}
            error={error}
            lint={(text) => diagnosticsOf(text, findingsOf(text, { kind, maxSize, isPublicRefused }))}
            completions={completions}
            minHeight="18rem"
            maxHeight="60dvh"
          />
          <Group justify="space-between" gap="xs">
            <Text size="xs" c="dimmed">
              {onChange ? texts.hint : ''}
            </Text>
            <Group gap="xs">
              {maxSize !== undefined && (
                <Text size="xs" c={sizeOf(value) > maxSize ? 'red' : 'dimmed'}>
                  {texts.size(sizeOf(value), maxSize)}
                </Text>
              )}
              {onChange && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  leftSection={<IconIndentIncrease size={14} />}
                  disabled={statements === undefined}
                  onClick={() => set(JSON.parse(value))}
                >
                  {texts.format}
                </Button>
              )}
            </Group>
          </Group>
        </Stack>
        <Stack gap="md" className={classes.aside} role="group" aria-label={texts.summary.title}>
          {onChange && <Findings findings={findings} />}
          <div>
            <Text size="sm" fw={600} mb={6}>
              {texts.summary.title}
            </Text>
            <PolicySummaryView statements={statements} />
          </div>
        </Stack>
      </div>
    </div>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <div aria-live="polite">
      <Text size="sm" fw={600} mb={6}>
        {texts.findings.title}
      </Text>
      {findings.length === 0 ? (
        <Group gap={6} wrap="nowrap">
          <IconCircleCheck size={16} aria-hidden />
          <Text size="sm">{texts.findings.none}</Text>
        </Group>
      ) : (
        <Stack gap={6}>
          {findings.map((finding) => (
            <Group key={`${finding.place}${finding.rule}`} gap={6} wrap="nowrap" align="flex-start">
              {finding.severity === 'error' ? (
                <IconCircleX
                  size={16}
                  color="var(--mantine-color-error)"
                  aria-label={texts.findings.error}
                  style={{ flex: 'none' }}
                />
              ) : (
                <IconAlertTriangle size={16} aria-label={texts.findings.warning} style={{ flex: 'none' }} />
              )}
              <Text size="sm">
                <bdi>{sentenceOf(finding)}</bdi>
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </div>
  );
}
