import { causeTest } from '../../cause-test.ts';

causeTest('host/fork-exhausted');
