import { causeTest } from '../../cause-test.ts';

causeTest('host/files-exhausted');
