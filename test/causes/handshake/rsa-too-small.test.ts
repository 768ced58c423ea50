import { causeTest } from '../../cause-test.ts';

causeTest('handshake/rsa-too-small');
