import { connectAsAdministrator, type DatabaseAdministrator } from '@strongroom/local-cluster';

/** What the application needs to reach its database: the fields that AWS gives such secrets. */
export interface DatabaseCredential {
  engine: 'mariadb';
  host: string;
  port: number;
  dbname: string;
  username: string;
  password: string;
  /** The superuser's secret, which rotation by alternating users works with. */
  masterarn?: string;
}

const DATABASE = 'demo_shop';
const USER = 'demo_orders_app';
/** Made by rotation: the other one of the two who take turns. */
const CLONE = `${USER}_clone`;
const SUPERUSER = 'demo_shop_dba';

const orders = [
  [1, 'Ada', 'two lamps', '118.00'],
  [2, 'Grace', 'a compass', '64.50'],
  [3, 'Edsger', 'a fountain pen', '212.25'],
];

/** A real application database, with a user who may read its orders and nothing else. */
export class ShopDatabase {
  constructor(private readonly administrator: DatabaseAdministrator) {}

  get user(): string {
    return USER;
  }

  credential(password: string): DatabaseCredential {
    const { host, port } = this.administrator;
    return { engine: 'mariadb', host, port, dbname: DATABASE, username: USER, password };
  }

  /** Makes table and user anew. Resolves with the number of orders. */
  async create(password: string): Promise<number> {
    const connection = await connectAsAdministrator(this.administrator);
    try {
      await connection.query(`CREATE DATABASE IF NOT EXISTS ${DATABASE}`);
      await connection.query(`DROP TABLE IF EXISTS ${DATABASE}.orders`);
      await connection.query(
        `CREATE TABLE ${DATABASE}.orders (id INT PRIMARY KEY, customer VARCHAR(40), item VARCHAR(80), price DECIMAL(10, 2))`,
      );
      await connection.query(`INSERT INTO ${DATABASE}.orders VALUES ?`, [orders]);
      await connection.query(`DROP USER IF EXISTS ${USER}@'%', ${CLONE}@'%'`);
      await connection.query(`CREATE USER ${USER}@'%' IDENTIFIED BY ?`, [password]);
      await connection.query(`GRANT SELECT ON ${DATABASE}.orders TO ${USER}@'%'`);
      return orders.length;
    } finally {
      await connection.end();
    }
  }

  /** A superuser of the application's database server, for rotation. Resolves with its credential. */
  async createSuperuser(password: string): Promise<DatabaseCredential> {
    const connection = await connectAsAdministrator(this.administrator);
    try {
      await connection.query(`CREATE OR REPLACE USER ${SUPERUSER}@'%' IDENTIFIED BY ?`, [password]);
      await connection.query(`GRANT ALL PRIVILEGES ON *.* TO ${SUPERUSER}@'%' WITH GRANT OPTION`);
    } finally {
      await connection.end();
    }
    return { ...this.credential(password), username: SUPERUSER };
  }

  async changePassword(password: string): Promise<void> {
    const connection = await connectAsAdministrator(this.administrator);
    try {
      await connection.query(`ALTER USER ${USER}@'%' IDENTIFIED BY ?`, [password]);
    } finally {
      await connection.end();
    }
  }
}
