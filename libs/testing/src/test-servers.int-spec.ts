import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { createTestDatabase, createTestRedis, type TestDatabase, type TestDatabaseUser } from './index';

const connect = ({ host, port, name }: TestDatabase, { user, password }: TestDatabaseUser) =>
  createConnection({ host, port, database: name, user, password });

describe('a test database', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase('kit')));
  afterAll(() => database.drop());

  it('serves its user, durably and strictly', async () => {
    const connection = await connect(database, database);
    await connection.query('CREATE TABLE note (id INT PRIMARY KEY, text VARCHAR(4))');
    await expect(connection.query("INSERT INTO note VALUES (1, 'longer')")).rejects.toMatchObject({ code: 'ER_DATA_TOO_LONG' });
    const [rows] = await connection.query<RowDataPacket[]>('SELECT @@collation_database AS collation');
    expect(rows).toEqual([{ collation: 'utf8mb4_bin' }]);
    await connection.end();
  });

  it('keeps its user out of every other database', async () => {
    const other = await createTestDatabase('other');
    await expect(connect(other, database)).rejects.toMatchObject({ code: 'ER_DBACCESS_DENIED_ERROR' });
    await other.drop();
  });

  it('gives a further user no more than was asked for', async () => {
    const reader = await database.createUser(['SELECT']);
    const connection = await connect(database, reader);
    await expect(connection.query('CREATE TABLE other (id INT)')).rejects.toMatchObject({ code: 'ER_TABLEACCESS_DENIED_ERROR' });
    await connection.end();
  });

  it('lets nobody in without a password', async () => {
    const { host, port } = database;
    await expect(createConnection({ host, port, user: 'root' })).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    await expect(createConnection({ host, port, user: '' })).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
  });
});

describe('a test Redis', () => {
  it('syncs every write, evicts nothing, and forgets the suite when it is dropped', async () => {
    const redis = await createTestRedis();
    expect(await redis.client.config('GET', 'append*')).toEqual(
      expect.arrayContaining(['appendfsync', 'always', 'appendonly', 'yes']),
    );
    expect(await redis.client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    await redis.client.set(`${redis.prefix}key`, 'value');
    await redis.drop();
    const later = await createTestRedis();
    expect(await later.client.keys(`*${redis.prefix}*`)).toEqual([]);
    await later.drop();
  });
});
