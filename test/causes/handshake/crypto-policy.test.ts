import { causeTest } from '../../cause-test.ts';

causeTest('handshake/crypto-policy');
