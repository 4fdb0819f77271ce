import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountDeliveries1796080000000 implements MigrationInterface {
  name = 'CountDeliveries1796080000000';

  async up(runner: QueryRunner): Promise<void> {
    // What an account has is counted often.
    await runner.query('ALTER TABLE delivery ADD KEY delivery_count (account_id, dead_at), ALGORITHM=INPLACE, LOCK=NONE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP KEY delivery_count');
  }
}
