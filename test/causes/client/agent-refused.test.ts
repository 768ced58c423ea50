import { causeTest } from '../../cause-test.ts';

causeTest('client/agent-refused');
