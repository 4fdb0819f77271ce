import { List, Stack, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconPoint } from '@tabler/icons-react';
import { sessionTexts } from '../texts/session';
import { type AskedOfPasswords, passwordRules } from './password-rules';

const texts = sessionTexts.rules;

interface PasswordRulesListProps {
  policy: AskedOfPasswords | undefined;
  /** As typed so far. */
  password: string;
}

/** What a new password must be, and what of it is met as the person types. */
export function PasswordRulesList({ policy, password }: PasswordRulesListProps) {
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">
        {texts.title}
      </Text>
      <List size="sm" spacing={2} listStyleType="none" withPadding={false} center>
        {passwordRules(policy, password).map(({ text, isMet }) => (
          <List.Item
            key={text}
            icon={
              <ThemeIcon size={16} radius="xl" variant={isMet ? 'filled' : 'light'} color={isMet ? 'petrol' : 'gray'} aria-hidden>
                {isMet ? <IconCheck size={11} /> : <IconPoint size={11} />}
              </ThemeIcon>
            }
          >
            {text}
            {isMet !== undefined && <VisuallyHidden> ({isMet ? texts.met : texts.unmet})</VisuallyHidden>}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
