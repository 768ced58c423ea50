import { causeTest } from '../../cause-test.ts';

causeTest('handshake/kex-mismatch');
