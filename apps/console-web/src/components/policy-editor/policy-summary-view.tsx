import { Anchor, Code, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { ArnLink } from '../arn-link';
import { StatusBadge } from '../status-badge';
import { policyEditorTexts } from '../../texts/policy-editor';
import type { StatementSummary } from './policy-summary';
import classes from './policy-editor.module.css';

const texts = policyEditorTexts.summary;
const MOST_SHOWN = 6;

interface PolicySummaryViewProps {
  /** undefined: the text is no JSON. */
  statements: readonly StatementSummary[] | undefined;
}

/** What a policy says, in sentences: who may do what on what, and when. */
export function PolicySummaryView({ statements }: PolicySummaryViewProps) {
  if (!statements?.length) {
    return (
      <Text size="sm" c="dimmed">
        {statements ? texts.empty : texts.broken}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {statements.map((statement, index) => (
        <Statement key={index} {...statement} />
      ))}
    </Stack>
  );
}

function Statement({ effect, sid, who, what, on, when }: StatementSummary) {
  const isAllow = effect === 'Allow';
  const isEmpty = what.patterns.length === 0 || on?.names.length === 0;
  return (
    <div className={classes.statement} data-effect={effect}>
      <Group gap="xs" mb={4}>
        <StatusBadge tone={isAllow ? 'good' : 'bad'}>{isAllow ? texts.allows : texts.denies}</StatusBadge>
        {sid && (
          <Text size="xs" c="dimmed">
            <bdi>{sid}</bdi>
          </Text>
        )}
      </Group>
      {isEmpty && (
        <Text size="sm" c="dimmed">
          {texts.nothing}
        </Text>
      )}
      <Text size="sm" component="div" hidden={isEmpty}>
        {who && (
          <>
            {who.isExcept ? texts.everybodyBut : ''}{' '}
            <Listed items={who.names.map((name) => (name === '*' ? texts.everybody : <ArnLink arn={name} />))} />{' '}
          </>
        )}
        <What {...what} />{' '}
        {on && (
          <>
            {on.isExcept ? texts.onEverythingBut : on.names.includes('*') ? texts.onEverything : texts.on}{' '}
            {(on.isExcept || !on.names.includes('*')) && (
              <Listed
                items={on.names.map((arn) => (
                  <Arn key={arn} arn={arn} />
                ))}
              />
            )}
          </>
        )}
        {when.map(({ operator, key, values }, index) => (
          <div key={index} className={classes.condition}>
            {index === 0 ? texts.if : texts.and} <Code>{key}</Code> {wordsOf(operator)}{' '}
            <Listed
              items={values.map((value) => (
                <Code key={value}>{value}</Code>
              ))}
              by={texts.or}
            />
          </div>
        ))}
      </Text>
    </div>
  );
}

/** ARNs with wildcards name no one thing, so they have no page. */
const Arn = ({ arn }: { arn: string }) => (/[*?]|\$\{/.test(arn) ? <Code>{arn}</Code> : <ArnLink arn={arn} />);

const wordsOf = (operator: string): string => policyEditorTexts.operators[operator.replace(/IfExists$/, '')] ?? operator;

function What({ patterns, isExcept, actions }: StatementSummary['what']) {
  const isAll = !isExcept && patterns.includes('*');
  const isWild = isAll || isExcept || patterns.some((pattern) => pattern.includes('*') || pattern.includes('?'));
  return (
    <>
      {isAll ? texts.everything : isExcept ? `${texts.everythingBut} ` : ''}
      {!isAll && (
        <Listed
          items={patterns.map((pattern) => (
            <Code key={pattern}>{pattern}</Code>
          ))}
        />
      )}
      {isWild && <Expansion actions={actions} />}
    </>
  );
}

/** What wildcards stand for. */
function Expansion({ actions }: { actions: readonly string[] }) {
  if (actions.length === 0) {
    return (
      <Text span size="xs" c="red" ml={4}>
        {texts.noAction}
      </Text>
    );
  }
  return (
    <Popover width={320} shadow="md" withArrow>
      <Popover.Target>
        <UnstyledButton className={classes.count}>
          <Anchor component="span" size="xs" ml={4}>
            {policyEditorTexts.matches(actions.length)}
          </Anchor>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb={4}>
          {texts.actions(actions.length)}:
        </Text>
        <Stack
          gap={2}
          mah={280}
          style={{ overflowY: 'auto' }}
          tabIndex={0}
          role="group"
          aria-label={texts.actions(actions.length)}
        >
          {actions.map((action) => (
            <Text key={action} size="xs" ff="monospace">
              {action}
            </Text>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Listed({ items, by = texts.and }: { items: readonly ReactNode[]; by?: string }) {
  const shown = items.length > MOST_SHOWN + 1 ? items.slice(0, MOST_SHOWN) : items;
  return (
    <>
      {shown.map((item, index) => (
        <Fragment key={index}>
          {index > 0 && (index === items.length - 1 ? ` ${by} ` : ', ')}
          {item}
        </Fragment>
      ))}
      {shown.length < items.length && ` ${texts.andMore(items.length - shown.length)}`}
    </>
  );
}
