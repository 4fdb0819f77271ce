import { isCollision, isConnectionLost, isDuplicateKey } from './driver-errors';

describe('isDuplicateKey', () => {
  const mariadb = { code: 'ER_DUP_ENTRY', sqlMessage: "Duplicate entry 'a' for key 'uq_name'" };
  const mysql = { code: 'ER_DUP_ENTRY', sqlMessage: "Duplicate entry 'a' for key 'secret.uq_name'" };

  it('knows the key by the names of both servers, also inside TypeORM errors', () => {
    for (const error of [mariadb, mysql, { driverError: mariadb }]) {
      expect(isDuplicateKey(error)).toBe(true);
      expect(isDuplicateKey(error, 'uq_name')).toBe(true);
      expect(isDuplicateKey(error, 'PRIMARY')).toBe(false);
    }
  });

  it('is false for anything else', () => {
    for (const error of [undefined, null, new Error('x'), { code: 'ER_LOCK_DEADLOCK' }])
      expect(isDuplicateKey(error)).toBe(false);
  });
});

it('tells lost connections from collisions', () => {
  expect(isConnectionLost({ code: 'ECONNREFUSED' })).toBe(true);
  expect(isConnectionLost({ driverError: { code: 'PROTOCOL_CONNECTION_LOST' } })).toBe(true);
  expect(isConnectionLost(new Error("Can't add new command when connection is in closed state"))).toBe(true);
  expect(isConnectionLost(new Error('Queue limit reached.'))).toBe(true);
  for (const errno of [1_047, 1_180, 1_290, 2_006, 2_013]) expect(isConnectionLost({ driverError: { errno } })).toBe(true);
  expect(isConnectionLost({ code: 'ER_LOCK_DEADLOCK', errno: 1_213 })).toBe(false);
  expect(isCollision({ driverError: { code: 'ER_LOCK_DEADLOCK' } })).toBe(true);
  expect(isCollision({ code: 'ECONNREFUSED' })).toBe(false);
});
