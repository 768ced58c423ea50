import { causeTest } from '../../cause-test.ts';

causeTest('handshake/cipher-mismatch');
