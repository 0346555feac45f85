import { Socket } from 'node:net';
import { after, before } from 'node:test';

/** Counts the connections that this process begins, while the tests of the file run. */
export function countSockets(): { opened: number } {
  const count = { opened: 0 };
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its object
  const connect = Socket.prototype.connect;
  before(() => {
    Socket.prototype.connect = function (this: Socket, ...args: Parameters<Socket['connect']>) {
      count.opened += 1;
      return connect.apply(this, args);
    } as Socket['connect'];
  });
  after(() => {
    Socket.prototype.connect = connect;
  });
  return count;
}
