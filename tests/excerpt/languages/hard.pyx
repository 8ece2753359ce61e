# def not():
cdef class Shape:
    cdef int side
    cpdef double area(self, double scale=1.0):
        return self.side * scale
    @staticmethod
    cdef inline int* make(int n) except NULL:
        return NULL

def run(x):
    """def quoted():"""
    return x
