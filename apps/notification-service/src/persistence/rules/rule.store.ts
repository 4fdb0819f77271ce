import { limitExceeded } from '@strongroom/errors';
import { type HotPool, padded, questionMarks, type Statements } from '@strongroom/database';
import { noSuchRule } from '../../domain/rules/no-such-rule';
import {
  type InputTransformer,
  invalid,
  MAX_RULES,
  MAX_TARGETS,
  type Rule,
  type RuleState,
  type TargetSettings,
} from '../../domain/rules/rule';
import type { ActiveRule, RuleStore, Within } from '../../domain/rules/rule-store.port';
import { takeTurn } from '../account-turn';

interface RuleRow {
  account_id: string;
  name: string;
  description: string;
  event_pattern: string;
  state: RuleState;
  role_arn: string;
  managed_by: string;
  /** JSON. */
  tags: string;
}

interface TargetRow {
  rule_name: string;
  target_id: string;
  arn: string;
  input: string;
  input_path: string;
  /** JSON, or ''. */
  input_transformer: string;
  role_arn: string;
}

const ruleColumns = 'account_id, name, description, event_pattern, state, role_arn, managed_by, tags';
const targetColumns = 'rule_name, target_id, arn, input, input_path, input_transformer, role_arn';

export class DatabaseRuleStore implements RuleStore {
  constructor(private readonly pool: HotPool) {}

  async active({ query }: Statements, accountId: string): Promise<ActiveRule[]> {
    const rows = await query<RuleRow & TargetRow>(
      `SELECT name, event_pattern, state, ${targetColumns.replace('role_arn', 'rule_target.role_arn')}
       FROM rule JOIN rule_target ON rule_target.account_id = rule.account_id AND rule_name = name
       WHERE rule.account_id = ? AND state <> 'DISABLED' ORDER BY name, target_id`,
      [accountId],
    );
    const rules = new Map<string, ActiveRule>();
    for (const row of rows) {
      const { name, event_pattern: eventPattern, state } = row;
      const rule = rules.get(name) ?? { name, eventPattern, state, targets: [] };
      rules.set(name, rule);
      rule.targets.push(toTarget(row));
    }
    return [...rules.values()];
  }

  async find(accountId: string, name: string): Promise<Rule | undefined> {
    const [row] = await this.pool.query<RuleRow>(`SELECT ${ruleColumns} FROM rule WHERE account_id = ? AND name = ?`, [
      accountId,
      name,
    ]);
    return row && toRule(row);
  }

  async list(accountId: string, prefix: string, after: string, limit: number): Promise<Rule[]> {
    const rows = await this.pool.query<RuleRow>(
      `SELECT ${ruleColumns} FROM rule WHERE account_id = ? AND name > ? AND LEFT(name, ?) = ? ORDER BY name LIMIT ${Number(limit)}`,
      [accountId, after, prefix.length, prefix],
    );
    return rows.map(toRule);
  }

  put(rule: Rule, { beforeCommit, deadline }: Within): Promise<void> {
    const { accountId, name, description, eventPattern, state, roleArn, managedBy, tags } = rule;
    return this.pool.transaction(
      async (tx) => {
        const { query, execute } = tx;
        await takeTurn(tx, accountId);
        await execute(
          `INSERT INTO rule (${ruleColumns}) VALUES (${questionMarks(8)})
           ON DUPLICATE KEY UPDATE description = VALUES(description), event_pattern = VALUES(event_pattern),
             state = VALUES(state), role_arn = VALUES(role_arn)`,
          [accountId, name, description, eventPattern, state, roleArn, managedBy, JSON.stringify(tags)],
        );
        const [row] = await query<{ rules: number }>('SELECT COUNT(*) AS rules FROM rule WHERE account_id = ?', [accountId]);
        if (Number(row!.rules) > MAX_RULES) {
          throw limitExceeded(`The requested resource exceeds the maximum number allowed: ${MAX_RULES} rules of an account.`);
        }
        await beforeCommit();
      },
      { deadline },
    );
  }

  setState(accountId: string, name: string, state: RuleState, within: Within): Promise<void> {
    return this.change(accountId, name, within, 'UPDATE rule SET state = ? WHERE account_id = ? AND name = ?', state);
  }

  setTags(accountId: string, name: string, tags: Readonly<Record<string, string>>, within: Within): Promise<void> {
    const sql = 'UPDATE rule SET tags = ? WHERE account_id = ? AND name = ?';
    return this.change(accountId, name, within, sql, JSON.stringify(tags));
  }

  remove(accountId: string, name: string, { beforeCommit, deadline }: Within): Promise<void> {
    return this.pool.transaction(
      async (tx) => {
        await lockRule(tx, accountId, name);
        const [target] = await tx.query('SELECT 1 FROM rule_target WHERE account_id = ? AND rule_name = ? LIMIT 1', [
          accountId,
          name,
        ]);
        if (target !== undefined) throw invalid("Rule can't be deleted since it has targets.");
        await tx.execute('DELETE FROM rule WHERE account_id = ? AND name = ?', [accountId, name]);
        await beforeCommit();
      },
      { deadline },
    );
  }

  async targets(accountId: string, ruleName: string): Promise<TargetSettings[]> {
    const rows = await this.pool.query<TargetRow>(
      `SELECT ${targetColumns} FROM rule_target WHERE account_id = ? AND rule_name = ? ORDER BY target_id`,
      [accountId, ruleName],
    );
    return rows.map(toTarget);
  }

  putTargets(
    accountId: string,
    ruleName: string,
    targets: readonly TargetSettings[],
    { beforeCommit, deadline }: Within,
  ): Promise<string[]> {
    return this.pool.transaction(
      async (tx) => {
        if (!(await lockRule(tx, accountId, ruleName))) throw noSuchRule(ruleName);
        const rows = await tx.query<Pick<TargetRow, 'target_id'>>(
          'SELECT target_id FROM rule_target WHERE account_id = ? AND rule_name = ?',
          [accountId, ruleName],
        );
        const known = new Set(rows.map(({ target_id: id }) => id));
        const refused: string[] = [];
        for (const target of targets) {
          if (!known.has(target.id) && known.size >= MAX_TARGETS) {
            refused.push(target.id);
            continue;
          }
          known.add(target.id);
          await tx.execute(`REPLACE INTO rule_target (account_id, ${targetColumns}) VALUES (${questionMarks(8)})`, [
            accountId,
            ruleName,
            target.id,
            target.arn,
            target.input,
            target.inputPath,
            transformerText(target),
            target.roleArn,
          ]);
        }
        await beforeCommit();
        return refused;
      },
      { deadline },
    );
  }

  removeTargets(
    accountId: string,
    ruleName: string,
    ids: readonly string[],
    { beforeCommit, deadline }: Within,
  ): Promise<string[]> {
    return this.pool.transaction(
      async (tx) => {
        if (!(await lockRule(tx, accountId, ruleName))) throw noSuchRule(ruleName);
        const wanted = padded(ids);
        const where = `account_id = ? AND rule_name = ? AND target_id IN (${questionMarks(wanted.length)})`;
        const rows = await tx.query<Pick<TargetRow, 'target_id'>>(`SELECT target_id FROM rule_target WHERE ${where}`, [
          accountId,
          ruleName,
          ...wanted,
        ]);
        await tx.execute(`DELETE FROM rule_target WHERE ${where}`, [accountId, ruleName, ...wanted]);
        await beforeCommit();
        const found = new Set(rows.map(({ target_id: id }) => id));
        return ids.filter((id) => !found.has(id));
      },
      { deadline },
    );
  }

  async namesByTarget(accountId: string, targetArn: string, after: string, limit: number): Promise<string[]> {
    const rows = await this.pool.query<Pick<TargetRow, 'rule_name'>>(
      `SELECT DISTINCT rule_name FROM rule_target WHERE account_id = ? AND arn = ? AND rule_name > ?
       ORDER BY rule_name LIMIT ${Number(limit)}`,
      [accountId, targetArn, after],
    );
    return rows.map(({ rule_name: name }) => name);
  }

  private change(accountId: string, name: string, { beforeCommit, deadline }: Within, sql: string, value: string): Promise<void> {
    return this.pool.transaction(
      async (tx) => {
        if (!(await lockRule(tx, accountId, name))) throw noSuchRule(name);
        await tx.execute(sql, [value, accountId, name]);
        await beforeCommit();
      },
      { deadline },
    );
  }
}

/** Whether it is there; if so, nobody else changes it or its targets meanwhile. */
const lockRule = async ({ execute }: Statements, accountId: string, name: string): Promise<boolean> =>
  (await execute('UPDATE rule SET holds = holds + 1 WHERE account_id = ? AND name = ?', [accountId, name])).affectedRows > 0;

const toRule = (row: RuleRow): Rule => ({
  accountId: row.account_id,
  name: row.name,
  description: row.description,
  eventPattern: row.event_pattern,
  state: row.state,
  roleArn: row.role_arn,
  managedBy: row.managed_by,
  tags: JSON.parse(row.tags) as Record<string, string>,
});

const transformerText = ({ inputTransformer }: TargetSettings): string =>
  inputTransformer === undefined ? '' : JSON.stringify(inputTransformer);

const toTarget = (row: TargetRow): TargetSettings => ({
  id: row.target_id,
  arn: row.arn,
  input: row.input,
  inputPath: row.input_path,
  inputTransformer: row.input_transformer === '' ? undefined : (JSON.parse(row.input_transformer) as InputTransformer),
  roleArn: row.role_arn,
});
