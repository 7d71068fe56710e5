"""The hotline: taking down what somebody says on the phone."""
