import Cases
import Testing
