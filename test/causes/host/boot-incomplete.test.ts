import { causeTest } from '../../cause-test.ts';

causeTest('host/boot-incomplete');
