import { causeTest } from '../../cause-test.ts';

causeTest('handshake/protocol-too-old');
