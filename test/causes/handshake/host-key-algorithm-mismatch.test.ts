import { causeTest } from '../../cause-test.ts';

causeTest('handshake/host-key-algorithm-mismatch');
